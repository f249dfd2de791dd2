package io.aggr.internal.driver;

import io.aggr.internal.noise.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a secret key from a file, and refuses one that somebody else could have read or exchanged: anything but a regular file, a file that group or
 * others may touch, one of another owner than root or this process, one in a folder that others may write to.
 */
final class KeyFile {

    private static final int MOST_BYTES = 256;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private KeyFile() {}

    /**
     * Reads a key.
     *
     * @param option the option that names the file
     * @param name the file
     * @param insecure whether who may touch the file does not matter
     * @return the key
     * @throws IllegalArgumentException if there is none or it must not be trusted; the message names file and rule, never what is in it
     */
    static Secret read(String option, String name, boolean insecure) {
        if (looksLikeKey(name)) {
            throw new IllegalArgumentException(option + " must name a file; what it names looks like a key itself");
        }
        Path file = Path.of(name);
        String what = option + " " + file;
        try {
            Object before = insecure ? null : check(what, file);
            Set<StandardOpenOption> options = Set.of(StandardOpenOption.READ);
            ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES + 1);
            try (SeekableByteChannel channel = insecure
                    ? Files.newByteChannel(file, options)
                    : Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                    // A file is read to its end.
                }
            }
            if (!insecure && !Objects.equals(before, check(what, file))) {
                throw new IllegalArgumentException(what + " was exchanged while it was read");
            }
            if (!bytes.hasRemaining()) {
                throw new IllegalArgumentException(what + " is longer than a key file");
            }
            Secret key = KeyText.parseSecret(
                    what, new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1));
            Arrays.fill(bytes.array(), (byte) 0);
            return key;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(what + " does not exist", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(what + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Somebody may well write the key itself where its file belongs; messages that name the file would show it. */
    private static boolean looksLikeKey(String name) {
        // Behind the folder that a relative name was taken to be in.
        String end = name.strip();
        end = end.substring(Math.max(0, end.length() - KeyText.CHARACTERS));
        try {
            KeyText.parseSecret("", end).wipe();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What identifies the file, if it may be trusted. */
    private static @Nullable Object check(String what, Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            throw new IllegalArgumentException(
                    what
                            + " is on a file system that does not say who may read it; insecure-permissions = true accepts that");
        }
        PosixFileAttributes attributes = view.readAttributes();
        if (!attributes.isRegularFile()) {
            throw new IllegalArgumentException(what + " is not a regular file");
        }
        if (attributes.permissions().stream().anyMatch(OTHERS::contains)) {
            throw new IllegalArgumentException(what + " may be touched by group or others; it needs mode 0600");
        }
        Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(0) && !owner.equals(ownUid())) {
            throw new IllegalArgumentException(what + " belongs neither to root nor to the user of this process");
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder != null) {
            int mode = (Integer) Files.getAttribute(folder, "unix:mode");
            if ((mode & 02) != 0) {
                throw new IllegalArgumentException(what + " lies in a folder that everybody may write to");
            }
        }
        return attributes.fileKey();
    }

    /** The user of this process, by what a new file of it would belong to: the one way that Java has. */
    private static Object ownUid() throws IOException {
        Path self = Path.of("/proc/self");
        if (Files.exists(self)) {
            return Files.getAttribute(self, "unix:uid");
        }
        Path probe = Files.createTempFile("aggr", ".owner");
        try {
            return Files.getAttribute(probe, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(probe);
        }
    }
}
