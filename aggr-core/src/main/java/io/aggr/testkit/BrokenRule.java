package io.aggr.testkit;

import org.jspecify.annotations.Nullable;

/**
 * A plugin does not keep a promise of its interface.
 *
 * @since 0.1
 */
public final class BrokenRule extends AssertionError {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // the rules are enums
    private final Rule rule;

    BrokenRule(Rule rule, String what) {
        this(rule, what, null);
    }

    BrokenRule(Rule rule, String what, @Nullable Throwable cause) {
        super(rule.id() + ": " + rule.promise() + " But " + what, cause);
        this.rule = rule;
    }

    /**
     * Which promise.
     *
     * @return the rule
     */
    public Rule rule() {
        return rule;
    }
}
