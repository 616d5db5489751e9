/* SPDX-License-Identifier: MIT */
/* collector.pml: death by count and the phases of a collection, with user code that may do anything in between; for spin.
 *
 * The library decides by counts. Beside it, from the same graph, this model decides by reachability, and asserts that both agree:
 *   - what a collection condemns is what takes part and cannot be reached from what does not; what it frees is what is so at the
 *     second look;
 *   - what is freed can be reached by nobody, and no weak reference leads to it;
 *   - every count is the number of references there are; only what is being taken apart, or parked in the garbage, has none;
 *   - a finalizer runs once in a life, a callback never for a weak reference that is garbage;
 *   - when the program drops all it holds and collects, nothing is left.
 * User code is a sequence of operations of any kind and any length on all that it can get at: search finds them all, since it
 * does not depend on how a state was come to. run.py says which strata there are, and plants the faults (PLANT_...).
 *
 *     -DFINALIZERS=0..3  at most so many types with finalizers    -DOLD=1    some objects may be old: collections of the young alone
 *     -DWEAK=0..2        weak references: 1, plain;               -DTWICE=1  up to two references from one object to another
 *                        2, one with a callback besides           -DBIRTHS=1 user code may create an object in a free slot
 *     -DN=3, 4           slots for objects; three are in use at the start */

#include "objects.pml"
#include "phases.pml"
#include "user_code.pml"

inline choose_graph()
{
    alive = bit(OBJECTS) - 1;
    do
    :: from < OBJECTS ->
        to = 0;
        do
        :: to < OBJECTS ->
            if
            :: skip
            :: refs[from] = refs[from] | bit(to); count[to]++
#if TWICE
            :: refs[from] = refs[from] | bit(to); again[from] = again[from] | bit(to); count[to] = count[to] + 2
#endif
            fi;
            to++
        :: else -> break
        od;
        if
        :: skip
        :: held = held | bit(from); count[from]++
        fi;
#if OLD
        if
        :: skip
        :: old = old | bit(from)
        fi;
#endif
        from++
    :: else -> break
    od
}

inline choose_others()
{
    /* Which of them does not matter: nothing depends on an object's number. */
    if
    :: skip
#if FINALIZERS > 0
    :: finalizing = 1
#endif
#if FINALIZERS > 1
    :: finalizing = 3
#endif
#if FINALIZERS > 2
    :: finalizing = 7
#endif
    fi;
#if WEAK
    from = 0;
    do
    :: from < WEAK ->
        target[from] = NOBODY;
        owner[from] = NOBODY;
        if
        :: skip
        :: choose(to, alive); target[from] = to; owner[from] = PROGRAM
        :: choose(to, alive); target[from] = to; choose(to, alive); owner[from] = to
        fi;
        from++
    :: else -> break
    od;
#endif
    from = 0;
    to = 0
}

/* The program lets go of one more thing that it holds, or collects for the last time. */
inline end()
{
    if
    :: held != 0 ->
        choose(from, held);
        d_step {
            held = held & ~bit(from);
            release(from);
            from = 0
        }
    :: else ->
        d_step {
#if WEAK
            for (w : 0 .. WEAK - 1) {
                if
                :: owner[w] == PROGRAM -> owner[w] = NOBODY; target[w] = NOBODY
                :: else
                fi
            }
#endif
            begin_collection(alive)
        }
    fi
}

/* How many beginnings there are, for the report. */
c_decl {
    static unsigned long beginnings;
    static void report(void) { printf("beginnings: %lu\n", beginnings); }
}

init {
    atomic {
        choose_graph();
        choose_others();
        /* An object to which nothing refers is none that could be there. */
        if
        :: count[0] == 0 || count[1] == 0 || count[2] == 0 -> goto done
        :: else -> c_code { if (!beginnings++) atexit(report); }
        fi
    };
    do
    :: atomic { !ended && (running != NOBODY || idle && phase == Running) -> operate() }
#if BIRTHS
    :: atomic { !ended && (running != NOBODY || idle && phase == Running) && free_now != 0 -> create() }
#endif
    :: d_step { running != NOBODY ->
            t = running;
            running = NOBODY;
            if
            :: t < N -> release(t)
            :: else
            fi;
            check_counts();
            settle_slots()
        }
    :: atomic { running == NOBODY && taken == NOBODY && dying != 0 -> choose(from, dying); take_apart() }
    :: d_step { running == NOBODY && taken != NOBODY -> finish_taken() }
    :: d_step { idle && phase == Running -> begin_collection(alive) }
#if OLD
    :: d_step { idle && phase == Running && old != 0 -> begin_collection(alive & ~old) }
#endif
    :: d_step { idle && phase == Running -> ended = true; phase = Ending }
    :: atomic { idle && phase == Ending -> end() }
    :: d_step { idle && phase == Notify -> notify() }
    :: atomic { idle && phase == Finalize ->
            if
            :: d_step { (finalizing & ~finalized & condemned) == 0 -> phase = Reclaim }
            :: else ->
                choose(from, finalizing & ~finalized & condemned);
                d_step { finalize(from); user_ran = true; from = 0 }
            fi
        }
    :: d_step { idle && phase == Reclaim -> reclaim() }
    :: d_step { idle && phase == Settle && !ended -> promote(); settle_slots(); check_counts() }
    :: idle && phase == Settle && ended -> assert(alive == 0); break
    od;
done:
    skip
}
