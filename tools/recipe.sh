#!/bin/sh
# Runs one line of a recipe for make, which gives it as the argument. A line that fails has said why, in French; make would
# add "Error 1" in a language of its own, and nothing of a Makefile can change that. Asked to quit it ends with status 1
# and without a word, once this line is over: so it is asked to, where it listens (a job in the background may be told not
# to, and what is ignored here is ignored there) and nobody wants it to go on (-i, -k) or has stopped it (above 128).
sh -c "$1"
status=$?
case "$status ${MAKEFLAGS%% *}" in
    0\ *) exit 0 ;;
    *\ -*) ;;
    *\ *[ik]*) exit $status ;;
esac
caught=
trap 'caught=yes' QUIT
[ $status -gt 128 ] || kill -QUIT $$
[ -n "$caught" ] && kill -QUIT "$PPID" || exit $status
# This line may end only once make has heard it (signal 3, in the last digit of what is pending): make waits for the line
# then, and would miss one that is gone.
tries=0
if [ -r "/proc/$PPID/status" ]; then
    while [ $tries -lt 500 ] && grep -q '^ShdPnd:.*[4-7c-f]$' "/proc/$PPID/status"; do tries=$((tries + 1)); sleep 0.01; done
else
    sleep 1
fi
exit 0
