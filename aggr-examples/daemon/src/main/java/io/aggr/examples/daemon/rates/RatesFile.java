package io.aggr.examples.daemon.rates;

import io.aggr.StartRate;
import io.aggr.examples.daemon.rates.KeptRates.Name;
import io.aggr.examples.daemon.rates.KeptRates.Rate;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * A file of rates: a line that says what it is, one line for each line of a peer, and a checksum of all that. Replaced as a whole, so that there is
 * always an old one or a new one, and readable by its owner alone.
 *
 * <pre>
 * aggr-rates 1
 * hub lte 7400000 1795420800
 * crc32 5e1f0a77
 * </pre>
 *
 * <p>Names are written as in the query of a URL. A file that does not begin like one of ours is not ours, and is never written over.
 */
final class RatesFile {

    private static final String MAGIC = "aggr-rates ";
    private static final String VERSION = "1";
    private static final String CHECKSUM = "crc32 ";

    /** Longest file that is read: all lines that may be kept, with the longest names that a line can have. */
    private static final int MAX_BYTES = 8 << 20;

    private static final int MOST_TOLD = 20;

    private final Path file;

    RatesFile(Path file) {
        this.file = file;
    }

    /**
     * What keeps this user from writing the file.
     *
     * @return one sentence without the file's name, or empty if nothing does
     */
    Optional<String> obstacle() {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return Optional.of("its folder does not exist");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return Optional.of("is not a regular file");
        }
        if (!Files.isWritable(folder)) {
            return Optional.of("its folder cannot be written; the file is replaced as a whole");
        }
        try {
            return isOurs(bytes()) ? Optional.empty() : Optional.of("is not a file of rates, and is left as it is");
        } catch (IOException e) {
            return Optional.of("cannot be read: " + reason(e));
        }
    }

    /** Whether it may be written over: ours, of whatever version and however damaged, or nothing, as after a crash of the machine. */
    private static boolean isOurs(byte[] bytes) {
        byte[] magic = MAGIC.getBytes(StandardCharsets.US_ASCII);
        boolean begins = true;
        boolean empty = true;
        for (int i = 0; i < bytes.length; i++) {
            begins &= i >= magic.length || bytes[i] == magic[i];
            empty &= bytes[i] == 0;
        }
        return empty || (begins && bytes.length >= magic.length);
    }

    private byte[] bytes() throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A pipe would keep us waiting.
            throw new IOException("it is not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /**
     * Reads it.
     *
     * @param tell takes a sentence about whatever is not used; of many the first twenty, and how many more there are
     * @return what it says, without what makes no sense; empty if there is no file, or none that can be used
     */
    Map<Name, Rate> read(Consumer<String> tell) {
        try {
            byte[] bytes = bytes();
            return bytes.length == 0 ? Map.of() : parse(text(bytes), tell);
        } catch (IOException e) {
            tell.accept("rates in " + file + " are not used: " + reason(e));
            return Map.of();
        }
    }

    private static String text(byte[] bytes) throws IOException {
        if (bytes.length > MAX_BYTES) {
            throw new IOException("it is larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        // Whatever is not ASCII is damage, and the checksum says so.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.startsWith(MAGIC)) {
            throw new IOException("it is damaged, or not a file of rates");
        }
        String version = text.substring(MAGIC.length(), Math.max(MAGIC.length(), text.indexOf('\n')));
        if (!version.equals(VERSION)) {
            throw new IOException(
                    version.matches("[0-9]{1,9}")
                            ? "it is of version " + version + ", and this program knows version " + VERSION
                            : "it is damaged");
        }
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0 || !text.substring(end).equals(checksum(text.substring(0, end)))) {
            throw new IOException("it is damaged");
        }
        return text.substring(0, end);
    }

    private Map<Name, Rate> parse(String text, Consumer<String> tell) {
        Map<Name, Rate> rates = new LinkedHashMap<>();
        List<String> lines = text.lines().skip(1).toList();
        int wrong = 0;
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            try {
                if (parts.length != 4) {
                    throw new IllegalArgumentException("expected four words");
                }
                StartRate checked = new StartRate(decoded(parts[0]), decoded(parts[1]), Long.parseLong(parts[2]));
                Rate rate = new Rate(checked.bitsPerSecond(), Long.parseLong(parts[3]));
                if (rate.foundSeconds() < 0 || rate.foundSeconds() > Integer.MAX_VALUE * 100L) {
                    throw new IllegalArgumentException("no time at which anybody could have found it");
                }
                rates.put(new Name(checked.peer(), checked.link()), rate);
            } catch (IllegalArgumentException e) {
                if (++wrong <= MOST_TOLD) {
                    tell.accept("a rate in " + file + " is not used: " + shown(line));
                }
            }
        }
        if (wrong > MOST_TOLD) {
            tell.accept((wrong - MOST_TOLD) + " more rates in " + file + " are not used");
        }
        return rates;
    }

    /** What a damaged file holds is not for a terminal. */
    private static String shown(String line) {
        String ascii = line.replaceAll("[^ -~]", "?");
        return ascii.length() <= 80 ? ascii : ascii.substring(0, 80) + "...";
    }

    /** Writes it, so that after a crash there is the old one or the new one. */
    void write(Map<Name, Rate> rates) throws IOException {
        StringBuilder text = new StringBuilder(MAGIC).append(VERSION).append('\n');
        rates.forEach((name, rate) -> text.append(encoded(name.peer()))
                .append(' ')
                .append(encoded(name.line()))
                .append(' ')
                .append(rate.bitsPerSecond())
                .append(' ')
                .append(rate.foundSeconds())
                .append('\n'));
        text.append(checksum(text.toString()));
        Path next = file.resolveSibling(file.getFileName() + ".new");
        // Made anew, so that nobody else can have it open, and a symbolic link is not followed.
        Files.deleteIfExists(next);
        try (FileChannel channel =
                FileChannel.open(next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private FileAttribute<?>[] ownerOnly() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String checksum(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return CHECKSUM + String.format("%08x", sum.getValue()) + "\n";
    }

    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }

    /** The system's word without the file's name, which stands in the sentence already. */
    static String reason(IOException problem) {
        String reason = problem instanceof FileSystemException system ? system.getReason() : problem.getMessage();
        return reason != null ? reason : problem.getClass().getSimpleName();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
