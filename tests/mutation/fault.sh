# shellcheck shell=bash
# One deliberate fault: read it, put it into a copy of the source, take it out again.
#
# faults/NAME has the fault in one line, then `file PATH` and `tests NAME...` (the unit tests that are
# tried first; "lab": a scenario alone notices it, tests/lab/run --faults), perhaps `not MACHINE: REASON`
# for machines of the lab that cannot notice it, then the text to find between the lines `<<<<` and
# `====`, and what replaces it up to `>>>>`. The text must be in that file exactly once.
#
# Wants faults, which is the folder; put_in and take_out want copy, and copy_source wants source as well.

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

# fits FOLDER: sets text to the fault's file there; false where its text is not in it exactly once.
fits() {
    local rest
    [ -r "$1/$file" ] || return 1
    text=$(cat "$1/$file"; echo x) && text=${text%x}
    rest=${text//"$old"/}
    [ $(((${#text} - ${#rest}) / ${#old})) -eq 1 ]
}

# put_in: the fault into the copy, which somebody who works on the source meanwhile does not disturb.
put_in() {
    fits "$copy" && printf %s "${text/"$old"/"$new"}" >"$copy/$file"
}

# take_out: what put_in has put in.
take_out() {
    printf %s "$text" >"$copy/$file"
}

# copy_source [EXCLUDED...]: the tree into the copy, not older than what was built of it before.
copy_source() {
    local excluded=(--exclude=./.git --exclude=./build) path
    for path; do excluded+=("--exclude=$path"); done
    mkdir -p "$copy" && find "$copy" -mindepth 1 -delete || return
    tar -C "$source" "${excluded[@]}" -cf - . | tar -C "$copy" -xmf -
}
