package io.aggr.link;

import java.nio.channels.SelectableChannel;
import java.util.Objects;

/**
 * How the core learns that a link has something to receive.
 *
 * @since 0.1
 */
public sealed interface Watch permits Watch.Channel, Watch.FileDescriptor, Watch.Push {

    /**
     * The core registers a non-blocking channel with a selector.
     *
     * @param channel in non-blocking mode; the link keeps it and closes it
     */
    record Channel(SelectableChannel channel) implements Watch {
        /**
         * Checks the parts.
         *
         * @param channel as described for the record
         */
        public Channel {
            Objects.requireNonNull(channel, "channel");
        }
    }

    /**
     * The core polls a descriptor of the operating system, with a {@link Poller} of the platform's module.
     *
     * @param descriptor an open, non-blocking descriptor; the link keeps it and closes it
     */
    record FileDescriptor(int descriptor) implements Watch {
        /**
         * Checks the parts.
         *
         * @param descriptor as described for the record
         * @throws IllegalArgumentException if the number is negative
         */
        public FileDescriptor {
            if (descriptor < 0) {
                throw new IllegalArgumentException("a descriptor is 0 or more, got " + descriptor);
            }
        }
    }

    /**
     * The link wakes the core itself. The core calls {@link Source#onReady} once, before the first receive; from then on the link runs the
     * given action, from any thread, whenever something has arrived since it last answered 0.
     *
     * @param source the link's side of it
     */
    record Push(Source source) implements Watch {
        /**
         * Checks the parts.
         *
         * @param source as described for the record
         */
        public Push {
            Objects.requireNonNull(source, "source");
        }
    }

    /** What a pushing link offers. */
    @FunctionalInterface
    interface Source {
        /**
         * Sets what is to be run when something has arrived.
         *
         * @param wakeup cheap, never blocks, may be run from any thread and more often than needed
         */
        void onReady(Runnable wakeup);
    }
}
