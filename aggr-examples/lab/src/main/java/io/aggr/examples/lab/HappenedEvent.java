package io.aggr.examples.lab;

/**
 * An event that has come to pass.
 *
 * @param atNanos when, by {@link System#nanoTime}
 * @param event what
 */
public record HappenedEvent(long atNanos, LabEvent event) {}
