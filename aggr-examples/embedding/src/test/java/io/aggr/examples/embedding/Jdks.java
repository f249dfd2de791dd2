package io.aggr.examples.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The JDKs of this machine. */
final class Jdks {

    private static final Path SYSTEM = Path.of("/usr/lib/jvm");

    private Jdks() {}

    /** The home of a JDK of some feature release: the running one, one that the environment names, or an installed one. */
    static Optional<Path> home(int feature) throws IOException {
        List<Path> candidates = new ArrayList<>();
        if (Runtime.version().feature() == feature) {
            candidates.add(Path.of(System.getProperty("java.home")));
        }
        for (String variable : List.of("JAVA_HOME_" + feature, "JAVA_HOME_" + feature + "_X64")) {
            Optional.ofNullable(System.getenv(variable)).map(Path::of).ifPresent(candidates::add);
        }
        if (Files.isDirectory(SYSTEM)) {
            try (Stream<Path> installed = Files.list(SYSTEM)) {
                installed.sorted().forEach(candidates::add);
            }
        }
        return candidates.stream().filter(home -> isJdk(home, feature)).findFirst();
    }

    private static boolean isJdk(Path home, int feature) {
        if (!Files.isExecutable(home.resolve("bin/javac"))) {
            return false;
        }
        // Each JDK describes itself in this file.
        try (Stream<String> lines = Files.lines(home.resolve("release"))) {
            return lines.anyMatch(line -> line.matches("JAVA_VERSION=\"" + feature + "([.+-].*)?\""));
        } catch (IOException e) {
            return false;
        }
    }
}
