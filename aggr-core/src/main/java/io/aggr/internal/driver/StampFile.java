package io.aggr.internal.driver;

import io.aggr.internal.noise.StampStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last stamp in a file, one number on a line, replaced as a whole. A file that is missing, torn or not to be written costs nothing but the
 * memory: the peer then asks for a proof of address, should the clock have been set back too.
 */
final class StampFile implements StampStore {

    private static final Logger LOG = LoggerFactory.getLogger(StampFile.class);
    private static final int MOST_BYTES = 32;

    private final Path file;
    private final Path next;
    private final Consumer<String> warn;
    private long last;
    private boolean warned;

    /**
     * Reads what was kept.
     *
     * @param file where
     */
    StampFile(Path file) {
        this(file, LOG::warn);
    }

    /** With somebody else to be warned than the log. */
    StampFile(Path file, Consumer<String> warn) {
        this.file = file;
        this.warn = warn;
        next = file.resolveSibling(file.getFileName() + ".new");
        last = read();
    }

    private long read() {
        try {
            if (Files.size(file) <= MOST_BYTES) {
                return Math.max(
                        0,
                        Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII)
                                .strip()));
            }
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException | NumberFormatException e) {
            warn.accept("the state file " + file + " cannot be used and is begun anew");
        }
        return 0;
    }

    @Override
    public long last() {
        return last;
    }

    @Override
    public void keep(long stamp) {
        last = stamp;
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer text = StandardCharsets.US_ASCII.encode(stamp + "\n");
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            warned = false;
        } catch (IOException e) {
            if (!warned) {
                warned = true;
                warn.accept("the state file " + file + " cannot be written: " + e);
            }
        }
    }
}
