package io.aggr.examples.daemon.status;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where daemons answer for their status: in {@code /run/aggr} ({@code /var/run/aggr} where there is no {@code /run}), or in a user's own run-time
 * directory where that is all that may be written.
 *
 * @since 0.1
 */
public final class StatusPaths {

    private static final String SUFFIX = ".sock";

    private final List<Path> folders;

    private StatusPaths(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * The places of this system.
     *
     * @param environment the program's environment
     * @return the places, best first
     */
    public static StatusPaths system(Map<String, String> environment) {
        List<Path> parents = new ArrayList<>();
        Path run = Path.of("/run");
        parents.add(Files.isDirectory(run) ? run : Path.of("/var/run"));
        String own = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (own.startsWith("/")) {
            parents.add(Path.of(own));
        }
        return new StatusPaths(
                parents.stream().map(parent -> parent.resolve("aggr")).toList());
    }

    /**
     * Other places.
     *
     * @param folders where sockets are
     * @return the places
     */
    public static StatusPaths of(Path... folders) {
        return new StatusPaths(List.of(folders));
    }

    /**
     * Where a daemon should answer.
     *
     * @param bond name of the bond
     * @return the path of its socket, or empty if no place can be written
     */
    public Optional<Path> forBond(String bond) {
        return folders.stream()
                .filter(folder -> Files.exists(folder)
                        ? Files.isWritable(folder)
                        : folder.getParent() != null && Files.isWritable(folder.getParent()))
                .findFirst()
                .map(folder -> folder.resolve(bond + SUFFIX));
    }

    /**
     * Where daemons may be listening.
     *
     * @param bond name of the bond, or empty for any
     * @return paths of sockets, by name
     */
    public List<Path> existing(String bond) {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                for (Path socket : stream) {
                    String name = String.valueOf(socket.getFileName());
                    if (bond.isEmpty() || name.equals(bond + SUFFIX)) {
                        found.add(socket);
                    }
                }
            } catch (IOException e) {
                // Not there, or not for us: no daemon of ours is there.
            }
        }
        Collections.sort(found);
        return found;
    }

    /**
     * The places, for a message.
     *
     * @return paths of folders
     */
    public List<Path> folders() {
        return folders;
    }
}
