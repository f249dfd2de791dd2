package io.aggr.tun.openbsd.internal.selftest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What two releases of OpenBSD answer, in the order in which {@link Probes} asks. */
public final class Answers {

    private static final String FILE = "answers.txt";

    /**
     * What is known about one question.
     *
     * @param question as {@link Probes} names it
     * @param older the answer of 6.6
     * @param newer the answer of 7.8
     */
    public record Answer(String question, String older, String newer) {}

    private Answers() {}

    /** All of them. */
    public static List<Answer> all() {
        List<Answer> all = new ArrayList<>();
        InputStream file = Answers.class.getResourceAsStream(FILE);
        if (file == null) {
            throw new IllegalStateException(FILE + " is missing in the jar");
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    List<String> columns = List.of(line.split(" \\| ", -1));
                    String older = columns.get(1).replace(" *", "");
                    all.add(new Answer(columns.get(0), older, columns.get(2).equals("=") ? older : columns.get(2)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
