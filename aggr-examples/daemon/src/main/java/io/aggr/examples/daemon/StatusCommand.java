package io.aggr.examples.daemon;

import io.aggr.BondStats;
import io.aggr.examples.daemon.status.StatsJson;
import io.aggr.examples.daemon.status.StatusClient;
import io.aggr.examples.daemon.status.StatusPaths;
import io.aggr.examples.daemon.status.StatusTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aggr status}. */
@Command(
        name = "status",
        descriptionHeading = "%n",
        description = "Shows what a running daemon is doing: its peers, their lines, what flows and what was dropped.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  aggr status                        the only daemon on this machine",
            "  aggr status site --watch           the daemon of bond \"site\", again each second",
            "  aggr status --json | jq '.peers[].links[] | {name, state, rtt_ms}'",
            "",
            "DELAY is how much later than on the fastest line a packet arrives at the far end,",
            "RATE is how fast this end sends at most, FAR END may be behind its modem's address.",
            "Exit codes: 0 shown, 1 no daemon answers."
        })
final class StatusCommand extends HelpfulCommand {

    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    private final PrintWriter out;
    private final PrintWriter err;
    private final StatusPaths places;

    @Parameters(arity = "0..1", paramLabel = "BOND", description = "Name of the bond; not needed if there is only one.")
    private String bond = "";

    @Option(names = "--json", description = "Show the figures as JSON, one document per line.")
    private boolean json;

    @Option(
            names = {"-w", "--watch"},
            description = "Show it again each second, with what flows right now.")
    private boolean watch;

    @Option(names = "--socket", paramLabel = "FILE", description = "Ask at this socket, whatever the bond's name.")
    private @Nullable Path socket;

    StatusCommand(PrintWriter out, PrintWriter err, StatusPaths places) {
        this.out = out;
        this.err = err;
        this.places = places;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            Path found = socket != null ? socket : find();
            BondStats before = show(found, null);
            CountDownLatch never = new CountDownLatch(1);
            while (watch && !out.checkError() && !never.await(1, TimeUnit.SECONDS)) {
                before = show(found, before);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            err.println("aggr: " + e.getMessage());
            return ExitCode.FAILED;
        } catch (IllegalArgumentException e) {
            err.println("aggr: the answer is not understood: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private BondStats show(Path found, @Nullable BondStats before) throws IOException {
        String document = StatusClient.ask(found);
        BondStats now = StatsJson.read(document);
        if (json) {
            out.println(document);
        } else {
            if (watch && Ansi.AUTO.enabled()) {
                out.print(CLEAR_SCREEN);
            } else if (before != null) {
                out.println();
            }
            out.print(StatusTable.render(now, before));
        }
        out.flush();
        return now;
    }

    private Path find() throws IOException {
        List<Path> sockets = places.existing(bond);
        if (sockets.size() == 1) {
            return sockets.get(0);
        }
        String searched = places.folders().stream().map(Path::toString).collect(Collectors.joining(" and "));
        if (sockets.isEmpty()) {
            throw new IOException("no daemon" + (bond.isEmpty() ? "" : " of bond " + bond)
                    + " is running: no socket in " + searched + "; if it has another place, name it with --socket");
        }
        throw new IOException("several daemons are running: name one of "
                + sockets.stream().map(StatusCommand::bondOf).collect(Collectors.joining(", ")));
    }

    private static String bondOf(Path found) {
        return String.valueOf(found.getFileName()).replaceFirst("\\.sock$", "");
    }
}
