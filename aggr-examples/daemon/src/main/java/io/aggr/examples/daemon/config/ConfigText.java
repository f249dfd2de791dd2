package io.aggr.examples.daemon.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The text of a configuration file, or a reason why there is none. */
final class ConfigText {

    /** Longest file. A hub with a thousand peers needs a fifth of it. */
    static final int MAX_BYTES = 1 << 20;

    private ConfigText() {}

    static String read(Path file) throws ConfigException {
        byte[] bytes;
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw ConfigException.wrong(
                        file, Files.isDirectory(file) ? "is a directory, not a file" : "is not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_BYTES + 1);
            }
        } catch (NoSuchFileException e) {
            throw ConfigException.wrong(file, "there is no such file");
        } catch (AccessDeniedException e) {
            throw ConfigException.wrong(file, "no permission to read it");
        } catch (IOException e) {
            throw ConfigException.wrong(file, "cannot be read: " + Texts.printable(String.valueOf(e.getMessage())));
        }
        if (bytes.length > MAX_BYTES) {
            throw ConfigException.wrong(file, "is larger than 1 MiB");
        }
        return decode(file, bytes);
    }

    private static String decode(Path file, byte[] bytes) throws ConfigException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw wrongLine(
                    file,
                    bytes,
                    in.position(),
                    String.format("byte 0x%02x is not UTF-8; save the file as UTF-8", bytes[in.position()]));
        }
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                throw wrongLine(file, bytes, i, "a NUL byte; this is not a text file");
            }
        }
        String text = out.flip().toString();
        // Some editors mark UTF-8 so; the mark is no part of the text.
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static ConfigException wrongLine(Path file, byte[] bytes, int position, String text) {
        int line = 1;
        for (int i = 0; i < position; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        Problems problems = new Problems(file.toString());
        problems.add(line, text);
        return problems.asException(ConfigException.Kind.WRONG);
    }
}
