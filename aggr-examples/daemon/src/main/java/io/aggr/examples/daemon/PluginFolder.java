package io.aggr.examples.daemon;

import io.aggr.Providers;
import io.aggr.examples.daemon.config.PluginLoader;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Loads the jars of a plugin folder beside the application. All of them share one class loader whose parent is the application's, so plugins see
 * the library and each other. A jar that cannot be read is left out and remembered.
 */
final class PluginFolder implements PluginLoader {

    private final List<String> problems = new ArrayList<>();

    /**
     * What could not be loaded, for an operator to read.
     *
     * @return one sentence per jar or provider
     */
    List<String> problems() {
        return Collections.unmodifiableList(problems);
    }

    @Override
    public Providers load(@Nullable Path folder) throws IOException {
        ClassLoader own = PluginFolder.class.getClassLoader();
        Providers providers = Providers.discover(folder == null ? own : loaderOf(folder, own));
        problems.addAll(providers.problems());
        return providers;
    }

    // The loader lives as long as the program: a plugin may need one more of its classes at any time.
    @SuppressWarnings("resource")
    private ClassLoader loaderOf(Path folder, ClassLoader parent) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(Files.exists(folder) ? "is not a directory" : "there is no such directory");
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, "*.jar")) {
            stream.forEach(jars::add);
        } catch (AccessDeniedException e) {
            throw new IOException("no permission to list it", e);
        }
        Collections.sort(jars);
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            if (isReadable(jar)) {
                urls.add(urlOf(jar));
            }
        }
        return new URLClassLoader("aggr-plugins", urls.toArray(new URL[0]), parent);
    }

    /** A class loader skips a broken jar without a word, so somebody has to look first. */
    private boolean isReadable(Path jar) {
        try (JarFile opened = new JarFile(jar.toFile())) {
            return opened.size() >= 0;
        } catch (IOException e) {
            problems.add("plugin " + jar + " cannot be read and is left out: " + e.getMessage());
            return false;
        }
    }

    private static URL urlOf(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }
}
