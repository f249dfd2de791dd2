package io.aggr.examples.daemon.config;

import io.aggr.Providers;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the plugins that a configuration may use.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface PluginLoader {

    /**
     * Finds the plugins.
     *
     * @param folder a folder with jars, or null for the built-in ones alone
     * @return what was found, the built-in ones among them
     * @throws IOException if the folder cannot be read; the message is one sentence without the folder's name
     */
    Providers load(@Nullable Path folder) throws IOException;
}
