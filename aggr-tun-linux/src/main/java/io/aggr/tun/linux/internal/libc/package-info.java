/**
 * The system calls that the module needs, and what makes them safe to use: descriptors that are not closed under somebody's feet, waiting
 * with a wake-up, memory with a known address, names for error numbers. Start from {@link io.aggr.tun.linux.internal.libc.Libc}.
 */
@NullMarked
package io.aggr.tun.linux.internal.libc;

import org.jspecify.annotations.NullMarked;
