package dev.soliton.local.host;

import java.util.Map;

/**
 * What an invocation starts with.
 *
 * @param trigger the value of the trigger's binding: an {@link HttpCall} or the text of a message or timer
 * @param metadata what {@code @BindingName} finds, as text
 */
record Inputs(Object trigger, Map<String, String> metadata) {

    Inputs {
        metadata = Map.copyOf(metadata);
    }
}
