package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import java.io.IOException;
import java.time.Duration;

/**
 * A transfer of a {@link Lab} on its way.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class RunningTransfer {

    private final LabTransfers transfers;
    private final TransferPlan plan;
    private final long id;
    private final ChildProcess client;
    private final ChildProcess receiver;
    private final TransferResult.KernelCounts before;

    RunningTransfer(
            LabTransfers transfers,
            TransferPlan plan,
            long id,
            ChildProcess client,
            ChildProcess receiver,
            TransferResult.KernelCounts before) {
        this.transfers = transfers;
        this.plan = plan;
        this.id = id;
        this.client = client;
        this.receiver = receiver;
        this.before = before;
    }

    /**
     * What the receiver has seen so far.
     *
     * @return grows from call to call
     * @throws IOException if its output cannot be read
     */
    public TransferResult soFar() throws IOException {
        return TransferResult.parse(receiver.outputLines(), id, TransferResult.KernelCounts.UNKNOWN);
    }

    /**
     * Whether bytes still come.
     *
     * @return false once {@link #await} returns at once
     * @throws IOException if the output of the receiver cannot be read, or what joins the hosts has failed
     */
    public boolean isRunning() throws IOException {
        transfers.health().check();
        return client.isAlive() || !TransferResult.isDone(receiver.outputLines(), id);
    }

    /**
     * Waits for the end.
     *
     * @return what its receiver saw; nothing if nothing came
     * @throws IOException if the programs fail
     */
    public TransferResult await() throws IOException {
        Duration patience = plan.duration().isZero()
                ? Duration.ofHours(1)
                : plan.duration().plus(LabTransfers.GRACE).plus(LabTransfers.GRACE);
        client.await(patience);
        long waitedFromNanos = System.nanoTime();
        while (!TransferResult.isDone(receiver.outputLines(), id)
                && System.nanoTime() - waitedFromNanos < LabTransfers.GRACE.toNanos()) {
            transfers.health().check();
            Pause.of(Lab.LOOK);
        }
        transfers.health().check();
        TransferResult.KernelCounts after = transfers.kernelCounts(LabTransfers.sender(plan));
        return TransferResult.parse(receiver.outputLines(), id, after.since(before));
    }
}
