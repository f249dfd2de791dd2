package io.aggr.testkit;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** How much the current thread allocates, where the JVM tells. Reached by reflection, so that no module has to be there. */
final class Allocations {

    private static final int ROUNDS = 5;

    private final @Nullable Object bean;
    private final @Nullable Method allocatedBytes;

    Allocations() {
        Object foundBean = null;
        Method foundMethod = null;
        try {
            foundBean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
            if (type.isInstance(foundBean)) {
                foundMethod = type.getMethod("getThreadAllocatedBytes", long.class);
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            // Another JVM, or an image without these modules: nothing is measured then.
            foundMethod = null;
        }
        bean = foundBean;
        allocatedBytes = foundMethod;
    }

    /**
     * The least that one of several rounds allocates, after one that is not counted. The first rounds may link lambdas and grow tables.
     *
     * @return bytes, the measurement itself taken off; 0 where the JVM does not tell
     */
    long leastBytesOf(Runnable round) {
        round.run();
        long own = Long.MAX_VALUE;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = allocated();
            long between = allocated();
            round.run();
            long after = allocated();
            own = Math.min(own, between - before);
            least = Math.min(least, after - between);
        }
        return Math.max(0, least - own);
    }

    private long allocated() {
        if (allocatedBytes == null) {
            return 0;
        }
        try {
            Object answer = allocatedBytes.invoke(bean, Thread.currentThread().getId());
            return answer instanceof Long bytes ? bytes : 0;
        } catch (ReflectiveOperationException e) {
            return 0;
        }
    }
}
