/* SPDX-License-Identifier: MIT */
/* user_code.pml: one operation of user code, of all that it could do now. */

#define yields(w) (target[w] != NOBODY && count[target[w]] > 0 && !in(dying, target[w]))

/* All that code can get at: `near`. */
inline find_accessible()
{
    near = held;
    if
    :: running < N -> near = near | bit(running)
    :: else
    fi;
    CLOSE(near, alive);
#if WEAK
    for (o : 1 .. WEAK) {
        for (w : 0 .. WEAK - 1) {
            if
            :: yields(w) && (owner[w] == PROGRAM || (owner[w] < N && in(near, owner[w]))) -> near = near | bit(target[w])
            :: else
            fi
        }
        CLOSE(near, alive)
    }
#endif
}

inline choose(slot, set)
{
    if
    :: in(set, 0) -> slot = 0
    :: in(set, 1) -> slot = 1
    :: in(set, 2) -> slot = 2
#if N > 3
    :: in(set, 3) -> slot = 3
#endif
    fi
}

inline store()
{
    if
    :: !in(refs[from], to) -> refs[from] = refs[from] | bit(to)
#if TWICE
    :: in(refs[from], to) && !in(again[from], to) -> again[from] = again[from] | bit(to)
#endif
    fi;
    count[to]++
}

inline drop()
{
#if TWICE
    if
    :: in(again[from], to) -> again[from] = again[from] & ~bit(to)
    :: else -> refs[from] = refs[from] & ~bit(to)
    fi;
#else
    refs[from] = refs[from] & ~bit(to);
#endif
    release(to)
}

inline make_weak(w, who)
{
    target[w] = to;
    owner[w] = who
}

/* What code may do with an object that it has (`from`) and another or the same (`to`). */
inline operate()
{
    d_step { find_accessible() };
    if
    :: near == 0
    :: else ->
        choose(from, near);
        choose(to, near);
        if
        :: times(from, to) < MOST -> store()
        :: in(refs[from], to) -> drop()
        :: from == to && !in(held, to) -> held = held | bit(to); count[to]++
        :: from == to && in(held, to) -> held = held & ~bit(to); release(to)
#if WEAK
        :: make_weak(0, from)
        :: from == to -> make_weak(0, PROGRAM)
        :: from == to && owner[0] == from -> owner[0] = NOBODY; target[0] = NOBODY
#endif
#if WEAK > 1
        :: make_weak(1, from)
        :: from == to -> make_weak(1, PROGRAM)
#endif
        fi
    fi;
    d_step { from = 0; to = 0; near = 0; check_counts() }
}

#if BIRTHS
#define free_now (ALL & ~alive & ~unready)

inline create()
{
    choose(to, free_now);
    d_step {
        alive = alive | bit(to);
        held = held | bit(to);
        count[to] = 1;
        to = 0;
        check_counts()
    }
}
#endif
