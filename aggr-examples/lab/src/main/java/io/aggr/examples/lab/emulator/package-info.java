/**
 * Emulated access lines in real time: the simulator's line model between two TUN devices. Start from {@link
 * io.aggr.examples.lab.emulator.EmulatedLine}.
 */
@NullMarked
package io.aggr.examples.lab.emulator;

import org.jspecify.annotations.NullMarked;
