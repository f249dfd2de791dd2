/**
 * A kernel that answers as OpenBSD does, for tests on a machine that has another one. Start from {@link io.aggr.tun.openbsd.fake.FakeOpenBsd}; what belongs
 * to the test machine is in {@link io.aggr.tun.openbsd.fake.LinuxHost} and nowhere else.
 */
package io.aggr.tun.openbsd.fake;
