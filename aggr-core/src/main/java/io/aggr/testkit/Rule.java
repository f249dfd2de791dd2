package io.aggr.testkit;

/**
 * A promise of an interface, as a conformance check looks at it.
 *
 * @since 0.1
 */
public interface Rule {

    /**
     * Names the rule.
     *
     * @return the interface and the rule, such as {@code "scheduler/picks-accepting"}; never changes its meaning
     */
    String id();

    /**
     * The promise.
     *
     * @return one sentence
     */
    String promise();
}
