package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.traffic.DatagramPlan;
import io.aggr.examples.lab.traffic.Datagrams;
import io.aggr.examples.lab.traffic.Transfer;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Begins the transfers of a lab: programs on the hosts of both LANs that send and receive bulk data, over TCP or as datagrams.
 *
 * <p><b>Threading.</b> Any thread; one transfer at a time.
 */
final class LabTransfers {

    /** How much longer than planned the programs may take for a step. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final int TRANSFER_PORT = 5001;
    private static final int DATAGRAM_PORT = 5002;

    private final LabPrograms programs;
    private final LabHealth health;
    private final AddressPlan addresses;
    private final ChildProcess server;
    private final AtomicLong begun = new AtomicLong();

    /** Starts the server of the transfers over TCP. */
    LabTransfers(LabPrograms programs, LabHealth health, AddressPlan addresses) throws IOException {
        this.programs = programs;
        this.health = health;
        this.addresses = addresses;
        server = programs.run(
                LabHost.LAN_B,
                "transfer-server",
                JavaPrograms.alone(
                        Transfer.class, List.of("server", addresses.lanBHost(), Integer.toString(TRANSFER_PORT))));
    }

    /** Begins to send from one host to the other. */
    RunningTransfer begin(TransferPlan plan) throws IOException {
        boolean down = plan.direction() == TransferPlan.Direction.DOWN;
        long id = begun.incrementAndGet();
        TransferResult.KernelCounts before = kernelCounts(sender(plan));
        if (plan.datagrams().isPresent()) {
            return beginDatagrams(plan, plan.datagrams().get(), id, before);
        }
        awaitListening(server);
        ChildProcess client = programs.run(
                LabHost.LAN_A,
                "transfer-" + id,
                JavaPrograms.alone(
                        Transfer.class,
                        List.of(
                                "client",
                                addresses.lanBHost(),
                                Integer.toString(TRANSFER_PORT),
                                down ? "down" : "up",
                                Long.toString(id),
                                Integer.toString(plan.connections()),
                                Long.toString(plan.duration().toMillis()),
                                Long.toString(plan.bytes()))));
        return new RunningTransfer(this, plan, id, client, down ? client : server, before);
    }

    private RunningTransfer beginDatagrams(
            TransferPlan plan, DatagramPlan datagrams, long id, TransferResult.KernelCounts before) throws IOException {
        boolean down = plan.direction() == TransferPlan.Direction.DOWN;
        String target = down ? addresses.lanAHost() : addresses.lanBHost();
        String millis = Long.toString(plan.duration().toMillis());
        ChildProcess receiver = programs.run(
                down ? LabHost.LAN_A : LabHost.LAN_B,
                "datagrams-" + id,
                JavaPrograms.alone(
                        Datagrams.class,
                        List.of(
                                "receive",
                                target,
                                Integer.toString(DATAGRAM_PORT),
                                Long.toString(id),
                                Long.toString(datagrams.firstCounted()),
                                millis)));
        awaitListening(receiver);
        ChildProcess sending = programs.run(
                sender(plan),
                "datagrams-sender-" + id,
                JavaPrograms.alone(
                        Datagrams.class,
                        List.of(
                                "send",
                                target,
                                Integer.toString(DATAGRAM_PORT),
                                Integer.toString(datagrams.payloadBytes()),
                                Long.toString(datagrams.bitsPerSecond()),
                                millis)));
        return new RunningTransfer(this, plan, id, sending, receiver, before);
    }

    private static void awaitListening(ChildProcess server) throws IOException {
        long beginNanos = System.nanoTime();
        while (!server.outputLines().contains("listening")) {
            if (!server.isAlive() || System.nanoTime() - beginNanos > GRACE.toNanos()) {
                throw new IOException(server.label() + " does not listen: " + server.lastErrors());
            }
            Pause.of(Lab.LOOK);
        }
    }

    /** The host that the data of a transfer comes from. */
    static LabHost sender(TransferPlan plan) {
        return plan.direction() == TransferPlan.Direction.DOWN ? LabHost.LAN_B : LabHost.LAN_A;
    }

    /** What the TCP of a host has done since the start. */
    TransferResult.KernelCounts kernelCounts(LabHost host) throws IOException {
        return new TransferResult.KernelCounts(
                kernelCount(host, "/proc/net/snmp", "Tcp:", "RetransSegs"),
                kernelCount(host, "/proc/net/netstat", "TcpExt:", "TCPTimeouts"));
    }

    /** Such files have a row of names and a row of numbers for each protocol. */
    private long kernelCount(LabHost host, String file, String protocol, String name) throws IOException {
        List<String> rows = programs.check(host, "cat", file)
                .lines()
                .filter(row -> row.startsWith(protocol + " "))
                .toList();
        int column = rows.size() < 2 ? -1 : List.of(rows.get(0).split(" ", -1)).indexOf(name);
        return column < 0 ? -1 : Long.parseLong(rows.get(1).split(" ", -1)[column]);
    }

    /** What tells whether waiting for a transfer makes sense. */
    LabHealth health() {
        return health;
    }
}
