package io.aggr.internal.queue;

import java.util.Arrays;

/** A few doubly linked lists over flow numbers; a flow is in one list or in none. */
final class FlowLists {
    static final int NONE = -1;

    private final int[] firsts;
    private final int[] lasts;
    private int[] nexts = {};
    private int[] previous = {};
    private byte[] listOf = {};

    /** Empty lists, without storage for flows until {@link #allocate}. */
    FlowLists(int lists) {
        firsts = new int[lists];
        lasts = new int[lists];
        allocate(0);
    }

    /** Makes storage, all lists empty. */
    final void allocate(int flows) {
        nexts = new int[flows];
        previous = new int[flows];
        listOf = new byte[flows];
        Arrays.fill(firsts, NONE);
        Arrays.fill(lasts, NONE);
        Arrays.fill(listOf, (byte) NONE);
    }

    boolean isListed(int flow) {
        return listOf[flow] != NONE;
    }

    boolean isEmpty(int list) {
        return firsts[list] == NONE;
    }

    int first(int list) {
        return firsts[list];
    }

    int next(int flow) {
        return nexts[flow];
    }

    void addLast(int list, int flow) {
        int last = lasts[list];
        previous[flow] = last;
        nexts[flow] = NONE;
        if (last == NONE) {
            firsts[list] = flow;
        } else {
            nexts[last] = flow;
        }
        lasts[list] = flow;
        listOf[flow] = (byte) list;
    }

    void remove(int flow) {
        int list = listOf[flow];
        int before = previous[flow];
        int after = nexts[flow];
        if (before == NONE) {
            firsts[list] = after;
        } else {
            nexts[before] = after;
        }
        if (after == NONE) {
            lasts[list] = before;
        } else {
            previous[after] = before;
        }
        listOf[flow] = NONE;
    }
}
