package dev.soliton.store;

/**
 * The three places that an app's instances live in.
 *
 * @param instances their rows
 * @param queue the messages that ask for turns of them
 * @param payloads their large values
 */
public record Storage(InstanceStore instances, WorkQueue queue, Payloads payloads) {}
