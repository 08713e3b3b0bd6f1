# shellcheck shell=bash
# Run the blocks of commands that tests/docs/commands prints, each as one session. docs_table names
# the table of what stands in for placeholders.

# substituted FILE COMMAND
substituted() {
    local pattern match replacement why text=$2 table=${docs_table:?names the table}
    while IFS=$'\t' read -r pattern match replacement why; do
        [ -n "$match" ] && [ -n "$why" ] || continue
        # shellcheck disable=SC2053
        [[ $1 == $pattern ]] || continue
        text=$(sed -E "s"$'\001'"$match"$'\001'"$replacement"$'\001'g <<<"$text")
    done < <(grep -v '^#' "$table")
    echo "$text"
}

# session_lines FILE LOG: read WHERE TAB COMMAND from FILE and run each in this shell, its output to
# LOG; the first that fails ends it, and shows its output.
session_lines() {
    local docs_where docs_text docs_real docs_code docs_began
    while IFS=$'\t' read -r docs_where docs_text <&9; do
        docs_real=$(substituted "${docs_where%%:*}" "$docs_text")
        docs_began=$SECONDS
        eval "$docs_real" >"$2" 2>&1 9<&- </dev/null
        docs_code=$?
        printf '%5d s  %s: %s\n' $((SECONDS - docs_began)) "$docs_where" "$docs_real"
        [ $docs_code = 0 ] && continue
        tail -n 20 "$2"
        echo "FAILED: $docs_where: $docs_text: exit status $docs_code"
        return 1
    done 9<"$1"
}

# session_blocks COMMANDS MARK FOLDER: the blocks of that mark, each in a shell of its own that begins
# in FOLDER. Sets docs_ran, and docs_failed to how many failed. before_block, where there is such a
# function, is called with the block's name first, and after_block when it is over.
session_blocks() {
    local block lines log
    docs_ran=0 docs_failed=0
    lines=$(mktemp) log=$(mktemp)
    while read -r block <&8; do
        awk -F '\t' -v b="$block" '$2 == b { print $1 "\t" $4 }' "$1" >"$lines"
        ! declare -F before_block >/dev/null || before_block "$block"
        docs_ran=$((docs_ran + 1))
        (cd "$3" && session_lines "$lines" "$log") || docs_failed=$((docs_failed + 1))
        ! declare -F after_block >/dev/null || after_block "$block"
    done 8< <(awk -F '\t' -v m="$2" '$3 == m && !seen[$2]++ { print $2 }' "$1")
    rm -f "$lines" "$log"
}
