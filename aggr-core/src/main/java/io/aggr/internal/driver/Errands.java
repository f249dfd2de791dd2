package io.aggr.internal.driver;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What other threads have one of the bond's threads do between two rounds of its work, since nobody else may touch what that thread works on.
 *
 * <p><b>Threading.</b> Any thread but for {@link #run}.
 */
final class Errands {

    private static final long ANSWER_MILLIS = 1_000;
    private static final long CHANGE_SECONDS = 10;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Runnable wake;

    /**
     * None yet.
     *
     * @param wake has the thread come round soon
     */
    Errands(Runnable wake) {
        this.wake = wake;
    }

    /** Does all that waits, in order. The thread that they are meant for, or any once that has ended. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Has the thread do something soon. */
    void add(Runnable task) {
        tasks.add(task);
        wake.run();
    }

    /** Has the thread do something and waits until it is done; throws what the task throws. */
    void addAndWait(Runnable task) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        add(() -> {
            try {
                task.run();
                done.complete(true);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        Waiting.until(done, CHANGE_SECONDS, "the bond does not answer");
    }

    /**
     * Asks the thread something. A thread that does not answer, such as one that is stuck in a plugin, is not waited for: an answer that may be torn
     * is better than none.
     *
     * @param question what, by the thread itself or by the caller
     * @param runner the thread
     * @return the answer
     */
    <T> T ask(Supplier<T> question, Thread runner) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        add(() -> answer.complete(question.get()));
        // A plugin that asks gets the answer of the thread that it runs on.
        if (!runner.isAlive() || runner == Thread.currentThread()) {
            return question.get();
        }
        try {
            return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return question.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return question.get();
        }
    }
}
