package io.aggr.examples.daemon;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command that explains itself when it is asked to. */
abstract class HelpfulCommand implements Callable<Integer> {

    @SuppressWarnings("UnusedVariable") // picocli reads it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;
}
