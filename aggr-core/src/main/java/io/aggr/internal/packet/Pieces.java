package io.aggr.internal.packet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The line of all addresses of one IP version, cut where the longest matching prefix changes. First piece at 0. */
final class Pieces {
    /** Where a piece starts, 128 bits, and the peer that owns the addresses up to the next piece. */
    private record Piece(long high, long low, int owner) {}

    private final List<Piece> pieces = new ArrayList<>();

    private Pieces() {
        pieces.add(new Piece(0, 0, AllowedIps.NONE));
    }

    /** Cuts the line by prefixes of one version, no two of them equal. */
    static Pieces of(List<AllowedIps.Entry> entries) {
        List<AllowedIps.Entry> sorted = new ArrayList<>(entries);
        // An outer prefix comes before the inner ones that start where it starts.
        sorted.sort((a, b) -> {
            int order = compare(
                    a.prefix().high(),
                    a.prefix().low(),
                    b.prefix().high(),
                    b.prefix().low());
            return order != 0
                    ? order
                    : Integer.compare(a.prefix().lengthBits(), b.prefix().lengthBits());
        });
        Pieces result = new Pieces();
        Deque<AllowedIps.Entry> open = new ArrayDeque<>();
        for (AllowedIps.Entry entry : sorted) {
            while (!open.isEmpty() && endsBefore(open.peek().prefix(), entry.prefix())) {
                result.close(open);
            }
            open.push(entry);
            result.add(entry.prefix().high(), entry.prefix().low(), entry.peer());
        }
        while (!open.isEmpty()) {
            result.close(open);
        }
        return result;
    }

    int count() {
        return pieces.size();
    }

    long high(int index) {
        return pieces.get(index).high();
    }

    long low(int index) {
        return pieces.get(index).low();
    }

    int owner(int index) {
        return pieces.get(index).owner();
    }

    /** Ends the innermost open prefix; what follows belongs to the one around it. */
    private void close(Deque<AllowedIps.Entry> open) {
        CidrPrefix ended = open.pop().prefix();
        long high = endHigh(ended);
        long low = endLow(ended);
        // An end of 0 is the end of the line: nothing follows.
        if (high != 0 || low != 0) {
            add(high, low, open.isEmpty() ? AllowedIps.NONE : open.peek().peer());
        }
    }

    private void add(long high, long low, int owner) {
        Piece last = pieces.get(pieces.size() - 1);
        if (last.high() == high && last.low() == low) {
            pieces.remove(pieces.size() - 1);
        }
        if (pieces.isEmpty() || pieces.get(pieces.size() - 1).owner() != owner) {
            pieces.add(new Piece(high, low, owner));
        }
    }

    private static boolean endsBefore(CidrPrefix outer, CidrPrefix next) {
        long high = endHigh(outer);
        long low = endLow(outer);
        return (high != 0 || low != 0) && compare(high, low, next.high(), next.low()) <= 0;
    }

    /** The upper half of the first address behind a prefix, modulo 2^128. */
    private static long endHigh(CidrPrefix prefix) {
        int bits = prefix.lengthBits();
        if (bits == 0) {
            return 0;
        }
        return bits <= 64 ? prefix.high() + (1L << (64 - bits)) : prefix.high() + (endLow(prefix) == 0 ? 1 : 0);
    }

    private static long endLow(CidrPrefix prefix) {
        int bits = prefix.lengthBits();
        return bits <= 64 ? 0 : prefix.low() + (1L << (128 - bits));
    }

    private static int compare(long highA, long lowA, long highB, long lowB) {
        int order = Long.compareUnsigned(highA, highB);
        return order != 0 ? order : Long.compareUnsigned(lowA, lowB);
    }
}
