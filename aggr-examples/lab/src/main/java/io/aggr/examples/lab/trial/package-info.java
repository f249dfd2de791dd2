/**
 * What a bond has to bear with real daemons beside carrying data fast: new keys, restarts, modems that translate anew, floods. Start from {@link
 * io.aggr.examples.lab.trial.Trials}, which has all of them by name.
 */
@NullMarked
package io.aggr.examples.lab.trial;

import org.jspecify.annotations.NullMarked;
