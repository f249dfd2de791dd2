/**
 * The system calls that the module needs, behind one interface, and what makes them safe to use: numbers and layouts of OpenBSD, names for its
 * errors, descriptors that are not closed under somebody's feet, waiting with a wake-up. Start from {@link
 * io.aggr.tun.openbsd.internal.libc.Libc}.
 */
@NullMarked
package io.aggr.tun.openbsd.internal.libc;

import org.jspecify.annotations.NullMarked;
