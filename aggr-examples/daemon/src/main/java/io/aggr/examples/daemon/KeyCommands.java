package io.aggr.examples.daemon;

import io.aggr.Keys;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aggr genkey}, {@code aggr pubkey} and {@code aggr genpsk}: keys as lines of text, from standard input and to standard output. */
final class KeyCommands {

    private static final int MOST_BYTES = 256;

    private KeyCommands() {}

    /** Puts a key where it is wanted. */
    private static int deliver(String key, @Nullable Path file, PrintWriter out, PrintWriter err) {
        if (file == null) {
            out.println(key);
            return ExitCode.OK;
        }
        Set<PosixFilePermission> owner = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        // With its mode from the first moment on, and never over another file.
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(owner))) {
            ByteBuffer line = StandardCharsets.US_ASCII.encode(key + "\n");
            while (line.hasRemaining()) {
                channel.write(line);
            }
            return ExitCode.OK;
        } catch (FileAlreadyExistsException e) {
            err.println("aggr: " + file + " exists already and is left as it is");
        } catch (IOException | UnsupportedOperationException e) {
            err.println("aggr: " + file + " cannot be written: " + e.getMessage());
        }
        return ExitCode.FAILED;
    }

    /** {@code aggr genkey}. */
    @Command(
            name = "genkey",
            descriptionHeading = "%n",
            description = "Makes a private key and prints it. It is secret: it stays on this machine.",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExamples:%n",
            footer = {
                "  aggr genkey --out /etc/aggr/private.key",
                "  aggr pubkey < /etc/aggr/private.key     tell this to the other end",
                "",
                "Exit codes: 0 done, 1 the file cannot be written, 2 wrong usage."
            })
    static final class Genkey extends HelpfulCommand {
        private final PrintWriter out;
        private final PrintWriter err;

        @Option(
                names = {"-o", "--out"},
                paramLabel = "FILE",
                description = "Writes the key into a new file that nobody else can read.")
        private @Nullable Path file;

        Genkey(PrintWriter out, PrintWriter err) {
            this.out = out;
            this.err = err;
        }

        @Override
        public Integer call() {
            return deliver(Keys.newPrivateKey(), file, out, err);
        }
    }

    /** {@code aggr genpsk}. */
    @Command(
            name = "genpsk",
            descriptionHeading = "%n",
            description =
                    "Makes a key that both ends share, and prints it. It is secret, and is used beside the other keys.",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExamples:%n",
            footer = {
                "  aggr genpsk --out /etc/aggr/hub.psk     copy this to the other end, over a channel that is safe",
                "",
                "Exit codes: 0 done, 1 the file cannot be written, 2 wrong usage."
            })
    static final class Genpsk extends HelpfulCommand {
        private final PrintWriter out;
        private final PrintWriter err;

        @Option(
                names = {"-o", "--out"},
                paramLabel = "FILE",
                description = "Writes the key into a new file that nobody else can read.")
        private @Nullable Path file;

        Genpsk(PrintWriter out, PrintWriter err) {
            this.out = out;
            this.err = err;
        }

        @Override
        public Integer call() {
            return deliver(Keys.newPresharedKey(), file, out, err);
        }
    }

    /** {@code aggr pubkey}. */
    @Command(
            name = "pubkey",
            descriptionHeading = "%n",
            description = "Reads a private key from standard input and prints the public key that belongs to it.",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExamples:%n",
            footer = {
                "  aggr pubkey < /etc/aggr/private.key",
                "",
                "Exit codes: 0 done, 1 what came is no key, 2 wrong usage."
            })
    static final class Pubkey extends HelpfulCommand {
        private final PrintWriter out;
        private final PrintWriter err;
        private final InputStream in;

        Pubkey(PrintWriter out, PrintWriter err, InputStream in) {
            this.out = out;
            this.err = err;
            this.in = in;
        }

        @Override
        public Integer call() {
            try {
                String key = new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
                out.println(Keys.publicKey(key));
                return ExitCode.OK;
            } catch (IOException | IllegalArgumentException e) {
                err.println("aggr: " + e.getMessage());
                return ExitCode.FAILED;
            }
        }
    }
}
