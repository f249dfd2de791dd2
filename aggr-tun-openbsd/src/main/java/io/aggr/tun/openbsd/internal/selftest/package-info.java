/**
 * Asks a kernel what this module relies on, and compares what it answers with what is expected of OpenBSD. Start from {@link
 * io.aggr.tun.openbsd.internal.selftest.SelfTestRun}.
 */
@NullMarked
package io.aggr.tun.openbsd.internal.selftest;

import org.jspecify.annotations.NullMarked;
