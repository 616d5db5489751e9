/* SPDX-License-Identifier: MIT */
/* phases.pml: the phases of a collection. */

/* Subtract and reach, over a set: what of it is held by anything else, and all that reaches, is `marked`. */
inline look(set)
{
    for (o : 0 .. N - 1) {
        inside[o] = 0
    }
    for (o : 0 .. N - 1) {
        for (t : 0 .. N - 1) {
            if
#if PLANT_OLD_COUNTED
            :: in(alive, o) && in(set, t) ->
#else
            :: in(set, o) && in(set, t) ->
#endif
#if PLANT_MISSED_REFERENCE
                if
                :: o == 0 && t == 1
                :: else -> inside[t] = inside[t] + times(o, t)
                fi
#elif PLANT_COUNTED_TWICE
                inside[t] = inside[t] + times(o, t) + (o == 0 && t == 1 && in(refs[o], t))
#else
                inside[t] = inside[t] + times(o, t)
#endif
            :: else
            fi
        }
    }
    marked = 0;
    for (o : 0 .. N - 1) {
        if
        :: in(set, o) && count[o] > inside[o] -> marked = marked | bit(o)
        :: else
        fi
    }
#if !PLANT_NOT_FOLLOWED
    CLOSE(marked, set)
#endif
}

/* What of a set can be reached from outside of it, by the graph alone: `expected`. */
inline judge(set)
{
    expected = held | (alive & ~(set));
    CLOSE(expected, alive);
    expected = expected & set
}

inline begin_collection(taking_part)
{
    part = taking_part;
    user_ran = false;
    judge(part);
    look(part);
    condemned = part & ~marked;
    assert(condemned == (part & ~expected));
    phase = Notify
}

inline second_look()
{
    skip;
#if !PLANT_NO_SECOND_LOOK
    if
    :: user_ran ->
        look(condemned);
#if PLANT_ALL_SPARED
        marked = (marked != 0 -> condemned : 0);
#endif
        condemned = condemned & ~marked
    :: else
    fi
#endif
}

inline clear_weak()
{
    skip;
#if WEAK
    for (w : 0 .. WEAK - 1) {
        if
        :: target[w] != NOBODY && in(condemned, target[w]) -> target[w] = NOBODY; owner[w] = NOBODY
        :: else
        fi
    }
#endif
}

/* The second look, the weak references that are left, and the end of the rest. It is a step of its own: no user code runs in it but
 * `destroy`, which touches no object. */
inline reclaim()
{
    judge(condemned);
    sum = condemned & ~expected;
    second_look();
    assert(condemned == sum);
#if !PLANT_WEAK_LATE && !PLANT_WEAK_EARLY
    clear_weak();
#endif
    for (o : 0 .. N - 1) {
        if
        :: in(condemned, o) ->
#if !PLANT_NOT_DROPPED
            drop_references(o, condemned)
#endif
        :: else
        fi
    }
    sum = condemned;
    condemned = 0;
    free_slots(sum);
#if PLANT_WEAK_LATE
    condemned = sum;
    clear_weak();
    condemned = 0;
#endif
    phase = Settle
}

/* Weak references with a callback, from outside the garbage to it. */
inline notify()
{
#if WEAK > 1
    if
#if PLANT_GARBAGE_CALLBACK
    :: target[1] != NOBODY && in(condemned, target[1]) ->
#else
    :: target[1] != NOBODY && in(condemned, target[1]) && !(owner[1] < N && in(condemned, owner[1])) ->
#endif
        assert(owner[1] == PROGRAM || !in(condemned, owner[1]));
        target[1] = NOBODY;
        owner[1] = NOBODY;
        running = CALLBACK;
        user_ran = true
    :: else
    fi;
#endif
#if PLANT_WEAK_EARLY
    clear_weak();
#endif
    phase = Finalize
}

inline promote()
{
#if OLD
    old = old | (alive & part);
#endif
    part = 0;
    user_ran = false;
    phase = Running
}
