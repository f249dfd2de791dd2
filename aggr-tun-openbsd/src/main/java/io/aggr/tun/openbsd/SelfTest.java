package io.aggr.tun.openbsd;

import io.aggr.tun.openbsd.internal.libc.Platform;
import io.aggr.tun.openbsd.internal.selftest.SelfTestRun;
import io.aggr.tun.openbsd.internal.tun.Surroundings;

/**
 * A program that tells whether this module works on an OpenBSD machine. Run as root, it prints a report to be sent to the project; {@code docs/openbsd.md}
 * has the command.
 *
 * <p>It takes three tun(4) units that nobody uses, gives them addresses for documentation (192.0.2.0/24, 198.51.100.0/24, 2001:db8::/32) and takes all
 * of it back. It sends nothing to the network.
 *
 * @since 0.1
 */
public final class SelfTest {

    private SelfTest() {}

    /**
     * Runs the test; the exit status is 0 if all is well, otherwise 1.
     *
     * @param arguments none are read; any leads to a word on usage and exit status 2
     */
    public static void main(String[] arguments) {
        if (arguments.length > 0) {
            System.err.println("usage, as root: java -cp 'lib/*' " + SelfTest.class.getName());
            System.exit(2);
        }
        boolean isGood = SelfTestRun.run(Platform.current(), Surroundings.SYSTEM, System.out);
        System.exit(isGood ? 0 : 1);
    }
}
