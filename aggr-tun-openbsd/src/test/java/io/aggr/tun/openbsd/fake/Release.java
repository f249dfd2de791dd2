package io.aggr.tun.openbsd.fake;

import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;

/** How releases of OpenBSD differ. The first is as a kernel of 6.6 answered, the second as the source of 7.8 (if_tun.c 1.252) reads. */
public enum Release {
    V6_6(0, 4 + 16_384, Errno.ENXIO, Errno.ENXIO, Errno.ENXIO, Abi.POLLERR),
    V7_8(Abi.IFF_UP, 4 + 65_536, Errno.EIO, Errno.EBADF, 0, Abi.POLLHUP);

    /** Flags that open(2) sets besides RUNNING. */
    final int flagsOfOpen;

    /** Longest write, the address family included. */
    final int longestWrite;

    /** What reads and writes answer once the interface is destroyed. */
    final int goneTransfer;

    /** What ioctls answer then. */
    final int goneIoctl;

    /** What close(2) answers then; 0 for no error. */
    final int goneClose;

    /** What poll(2) finds then. */
    final short gonePoll;

    Release(int flagsOfOpen, int longestWrite, int goneTransfer, int goneIoctl, int goneClose, short gonePoll) {
        this.flagsOfOpen = flagsOfOpen;
        this.longestWrite = longestWrite;
        this.goneTransfer = goneTransfer;
        this.goneIoctl = goneIoctl;
        this.goneClose = goneClose;
        this.gonePoll = gonePoll;
    }

    /** Whether a write with an unknown address family says so; otherwise it is dropped without a word. */
    boolean refusesUnknownFamilies() {
        return this == V6_6;
    }

    /** Whether TUNSIFINFO takes only the type and flags that are there. */
    boolean isStrictAboutInfo() {
        return this == V7_8;
    }

    /** Whether there are offloads. */
    boolean hasOffloads() {
        return this == V7_8;
    }
}
