# shellcheck shell=bash
# Outer side: which folders root may run something from. Knows owners and modes; what lies there is
# the callers' matter.

# path_trusted FOLDER UID GID: can only root and UID (and group GID) put something at FOLDER? Every
# folder on the way to it counts, for who may write to one may replace the next. Else 1, and
# distrusted says why.
path_trusted() {
    local folder owner group mode
    folder=$(realpath -e -- "$1") || { distrusted="$1: no such folder"; return 1; }
    while read -r owner group mode < <(stat -c '%u %g %a' -- "$folder"); do
        if [ "$owner" != 0 ] && [ "$owner" != "$2" ]; then
            distrusted="$folder belongs to user $owner"
            return 1
        fi
        # A sticky folder keeps what others have put there apart.
        if ((!(8#$mode & 8#1000))) && { ((8#$mode & 8#002)) ||
            { ((8#$mode & 8#020)) && [ "$group" != 0 ] && [ "$group" != "$3" ]; }; }; then
            distrusted="$folder (mode $mode, group $group) can be written to by others"
            return 1
        fi
        [ "$folder" != / ] || return 0
        folder=$(dirname "$folder")
    done
    distrusted="$folder: cannot be read"
    return 1
}

# tree_trusted FOLDER UID GID: the same for all that lies in FOLDER already.
tree_trusted() {
    local found
    path_trusted "$@" || return 1
    found=$(find "$1/" ! -type l \( ! -uid 0 ! -uid "$2" -o -perm -0002 \) -print -quit) ||
        { distrusted="$1: cannot be read whole"; return 1; }
    [ -n "$found" ] || return 0
    distrusted="$found belongs to another user, or others can write to it"
    return 1
}
