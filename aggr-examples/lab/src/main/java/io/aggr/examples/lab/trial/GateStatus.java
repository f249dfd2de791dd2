package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.Lab;
import io.aggr.examples.lab.LabBond;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The counters of a daemon's status at one moment, or between two: for each name the sum over all peers and lines.
 *
 * @param counts by name
 */
record GateStatus(Map<String, Long> counts) {

    private static final Pattern COUNT = Pattern.compile("\"([a-z0-9_.-]+)\":(-?[0-9]+)(?![0-9.eE])");
    private static final String SESSION = "\"established\":true";

    GateStatus {
        counts = Map.copyOf(counts);
    }

    /** Asks a daemon. */
    static GateStatus of(Lab lab, String gate) throws IOException {
        return parse(ask(lab, gate));
    }

    /** Reads a status document. */
    static GateStatus parse(String document) {
        Map<String, Long> counts = new TreeMap<>();
        Matcher matcher = COUNT.matcher(document);
        while (matcher.find()) {
            counts.merge(matcher.group(1), Long.parseLong(matcher.group(2)), Long::sum);
        }
        return new GateStatus(counts);
    }

    /** Whether a daemon has a session with a peer; false while it does not answer. */
    static boolean hasSession(Lab lab, String gate) {
        try {
            return ask(lab, gate).contains(SESSION);
        } catch (IOException e) {
            // It has not come so far yet.
            return false;
        }
    }

    private static String ask(Lab lab, String gate) throws IOException {
        Path socket = lab.runDirectory().resolve(LabBond.statusSocket(gate));
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            InputStream in = Channels.newInputStream(channel);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    long count(String name) {
        return counts.getOrDefault(name, 0L);
    }

    /** The sum of all whose name begins with a text. */
    long all(String prefix) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** What has come since an earlier moment. */
    GateStatus since(GateStatus before) {
        Map<String, Long> more = new TreeMap<>();
        counts.forEach((name, count) -> more.put(name, count - before.count(name)));
        return new GateStatus(more);
    }

    /** Those that are not 0, for people. */
    String text(Predicate<String> isMeant) {
        String text = new TreeMap<>(counts)
                .entrySet().stream()
                        .filter(entry -> entry.getValue() != 0 && isMeant.test(entry.getKey()))
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }
}
