/* SPDX-License-Identifier: MIT */
/* objects.pml: what there is, and what happens to it by counts alone. */

#ifndef N
#define N 3
#endif
#define ALL ((1 << N) - 1)
#define PROGRAM 5  /* owner of a weak reference */
#define CALLBACK 6 /* runs, as an object whose finalizer runs does */
#define NOBODY 7

#ifndef WEAK
#define WEAK 0
#endif
#ifndef FINALIZERS
#define FINALIZERS 0
#endif
#define OBJECTS 3 /* at the start */
#if TWICE
#define MOST 2
#else
#define MOST 1
#endif

#define bit(o) (1 << (o))
#define in(set, o) (((set) >> (o)) & 1)

mtype = { Running, Notify, Finalize, Reclaim, Settle, Ending };

/* The objects, as sets by slot. */
byte alive, held, old, finalizing, dying, condemned;
byte finalized;    /* the flag that the library keeps */
byte called;       /* whose finalizer has run */
byte count[N];
byte refs[N];      /* to whom there is a reference */
#if TWICE
byte again[N];     /* to whom there is a second one */
#define times(from, to) (in(refs[from], to) + in(again[from], to))
#else
#define times(from, to) in(refs[from], to)
#endif

/* Weak references: 0 is plain, 1 has a callback. Each is a part of its owner, and goes with it. */
#if WEAK
byte target[WEAK];
byte owner[WEAK];
#endif

mtype phase = Running;
byte part;            /* who takes part in the collection */
bool user_ran;        /* in it */
bool ended;           /* the program has dropped everything, and user code does nothing any more */
byte running = NOBODY; /* whose code runs, but for the program's */
byte taken = NOBODY;  /* it is being taken apart */
#if BIRTHS
byte unready;         /* slots freed since the collection or teardown began: not handed out yet */
#endif
byte near, from, to;  /* what an operation can get at, and takes; 0 between operations */

hidden byte inside[N];
hidden byte o, t, w, marked, expected, sum;

#define idle (running == NOBODY && taken == NOBODY && dying == 0)

#if N == 3
#define FOLLOW(s) ((s) | in(s, 0) * refs[0] | in(s, 1) * refs[1] | in(s, 2) * refs[2])
#define CLOSE(s, within) s = FOLLOW(s) & (within); s = FOLLOW(s) & (within)
#else
#define FOLLOW(s) ((s) | in(s, 0) * refs[0] | in(s, 1) * refs[1] | in(s, 2) * refs[2] | in(s, 3) * refs[3])
#define CLOSE(s, within) s = FOLLOW(s) & (within); s = FOLLOW(s) & (within); s = FOLLOW(s) & (within)
#endif

inline release(object)
{
    assert(count[object] > 0);
    count[object]--;
    if
#if PLANT_NO_PARKING
    :: count[object] == 0 -> dying = dying | bit(object)
#else
    :: count[object] == 0 && !in(condemned, object) -> dying = dying | bit(object)
#endif
    :: else
    fi
}

/* Drops the references of an object that lead out of a set, and its weak references. */
inline drop_references(object, set)
{
    for (t : 0 .. N - 1) {
        if
        :: in(refs[object], t) && !in(set, t) ->
            release(t);
#if TWICE
            if
            :: in(again[object], t) -> release(t)
            :: else
            fi
#endif
        :: else
        fi
    }
}

/* What leads to nobody any more may go: the property that matters most. */
inline free_slots(set)
{
    expected = held;
    if
    :: running < N -> expected = expected | bit(running)
    :: else
    fi;
    CLOSE(expected, alive);
    assert((expected & set) == 0);
    for (o : 0 .. N - 1) {
        if
        :: in(alive & ~(set), o) -> assert((refs[o] & set) == 0)
        :: else
        fi
    }
#if WEAK
    for (w : 0 .. WEAK - 1) {
        assert(target[w] == NOBODY || !in(set, target[w]));
        if
        :: owner[w] < N && in(set, owner[w]) -> owner[w] = NOBODY; target[w] = NOBODY
        :: else
        fi
    }
#endif
    for (o : 0 .. N - 1) {
        if
        :: in(set, o) ->
            count[o] = 0;
            refs[o] = 0;
#if TWICE
            again[o] = 0;
#endif
        :: else
        fi
    }
    alive = alive & ~(set);
    old = old & ~(set);
    finalized = finalized & ~(set);
    called = called & ~(set);
#if BIRTHS
    unready = unready | (set)
#endif
}

/* What must hold whenever code runs. */
inline check_counts()
{
    for (t : 0 .. N - 1) {
        if
        :: in(alive, t) ->
            sum = in(held, t) + (running == t);
            for (o : 0 .. N - 1) {
                sum = sum + times(o, t)
            }
            assert(count[t] == sum);
            assert(count[t] > 0 || in(condemned | dying, t) || taken == t)
        :: else -> assert(count[t] == 0 && refs[t] == 0)
        fi
    };
    sum = 0
}

/* The end of a teardown, or of a collection. */
inline settle_slots()
{
#if BIRTHS
    unready = (idle && phase == Running -> 0 : unready)
#else
    skip
#endif
}

/* The finalizer of an object has its turn: it is held meanwhile. */
inline finalize(object)
{
    assert(!in(called, object));
    called = called | bit(object);
#if !PLANT_FINALIZED_AGAIN
    finalized = finalized | bit(object);
#endif
    count[object]++;
    running = object
}

#define unfinalized(o) (in(finalizing, o) && !in(finalized, o))

/* The next step of a teardown: a finalizer, or the weak references and then the callback, or the references and the slot. */
inline take_apart()
{
    d_step {
        dying = dying & ~bit(from);
        if
        :: unfinalized(from) -> finalize(from)
        :: else ->
            taken = from;
#if WEAK
            for (w : 0 .. WEAK - 1) {
                if
                :: target[w] == taken ->
                    target[w] = NOBODY;
                    if
                    :: w == 1 && !(owner[w] < N && in(condemned, owner[w])) -> running = CALLBACK
                    :: else
                    fi;
                    owner[w] = NOBODY
                :: else
                fi
            }
#endif
        fi;
        from = 0
    }
}

inline finish_taken()
{
    drop_references(taken, 0);
    count[taken] = 0;
    sum = bit(taken);
    taken = NOBODY;
    free_slots(sum);
    check_counts();
    settle_slots()
}
