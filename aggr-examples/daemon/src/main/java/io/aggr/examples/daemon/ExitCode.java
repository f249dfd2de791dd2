package io.aggr.examples.daemon;

/** How the program ends. */
final class ExitCode {

    /** Done; a daemon that was asked to stop and has cleaned up ends so too. */
    static final int OK = 0;

    /** The system or another program refused something; trying again later may help. */
    static final int FAILED = 1;

    /** The command line or the configuration has to be changed. */
    static final int USAGE = 2;

    /** Everything was measured, and a mark was missed. */
    static final int MISSED = 5;

    private ExitCode() {}
}
