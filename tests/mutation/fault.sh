# shellcheck shell=bash
# One deliberate fault: read it, put it into a copy of the source, take it out again.
#
# faults/NAME has the fault in one line, then `file PATH` and `tests NAME...` (the unit tests that are
# tried first; "lab": a scenario alone notices it, tests/lab/run --faults), perhaps `not MACHINE: REASON`
# for machines of the lab that cannot notice it, then the text to find between the lines `<<<<` and
# `====`, and what replaces it up to `>>>>`. The text must be in that file exactly once.
#
# Wants faults (the folder) and source; put_in and take_out want copy as well.

# read_fault NAME: into what, file, first, excepted, old and new.
read_fault() {
    local line part=head
    what='' file='' first='' excepted='' old='' new=''
    [ -r "$faults/$1" ] || { echo "no fault of that name: $1" >&2; exit 2; }
    while IFS= read -r line; do
        case $part:$line in
        head:'file '*) file=${line#file } ;;
        head:'tests '*) first=${line#tests } ;;
        head:'not '*) excepted+=${line#not }$'\n' ;;
        head:'<<<<') part=old ;;
        head:*) what=${what:-$line} ;;
        old:'====') part=new ;;
        old:*) old+=$line$'\n' ;;
        new:'>>>>') part=end ;;
        new:*) new+=$line$'\n' ;;
        esac
    done <"$faults/$1"
    if [ $part != end ] || [ -z "$file" ] || [ -z "$first" ] || [ -z "$old" ]; then
        echo "faults/$1: not in the form of a fault" >&2
        exit 2
    fi
}

# fits: sets text to the fault's file; false where the fault's text is not in it exactly once.
fits() {
    local rest
    [ -r "$source/$file" ] || return 1
    text=$(cat "$source/$file"; echo x) && text=${text%x}
    rest=${text//"$old"/}
    [ $(((${#text} - ${#rest}) / ${#old})) -eq 1 ]
}

# put_in: the fault into the copy.
put_in() {
    local text
    fits && printf %s "${text/"$old"/"$new"}" >"$copy/$file"
}

take_out() {
    cat "$source/$file" >"$copy/$file" # not cp -p: ninja looks at the time
}

# copy_source [EXCLUDED...]: the tree into the copy, not older than what was built of it before.
copy_source() {
    local excluded=(--exclude=./.git --exclude=./build) path
    for path; do excluded+=("--exclude=$path"); done
    mkdir -p "$copy" && find "$copy" -mindepth 1 -delete || return
    tar -C "$source" "${excluded[@]}" -cf - . | tar -C "$copy" -xmf -
}
