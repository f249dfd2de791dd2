package io.aggr.internal.engine;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Sealer;
import io.aggr.internal.count.Tally;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.WindowScales;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What all peers of a bond share on the way out.
 *
 * @param arena where packets from the TUN lie
 * @param slots their descriptors
 * @param notes what else is noted of them
 * @param view the one view that schedulers get
 * @param builder gathers plaintexts
 * @param sealer makes datagrams of them
 * @param traits what the encapsulation carries
 * @param sendBatch takes the datagrams; over a slab of its own
 * @param links the local links, by number
 * @param outbox tells the other half
 * @param tunMtuBytes longest packet of the TUN
 * @param timerLatenessNanos how late a wait in the TUN may end
 * @param tooBig tells hosts of packets that fit no line
 * @param scales window scales of the TCP connections on this side
 * @param drops counts of the bond
 * @param random 64 random bits at each call
 * @param events hears what happens
 * @param startRates what lines carried at another time
 */
record EgressContext(
        Arena arena,
        PacketSlots slots,
        SlotNotes notes,
        OutgoingView view,
        DatagramBuilder builder,
        Sealer sealer,
        EncapsulationTraits traits,
        PacketBatch sendBatch,
        List<Link> links,
        EgressOutbox outbox,
        int tunMtuBytes,
        long timerLatenessNanos,
        TooBigNotices tooBig,
        WindowScales scales,
        Tally<Drop> drops,
        LongSupplier random,
        EngineEvents events,
        StartRates startRates) {}
