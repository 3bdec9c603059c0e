package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list of instances.
 *
 * @param continuation where the list goes on; null at its end
 */
@PublicApi
public record InstancePage(List<Instance> instances, @Nullable String continuation) {
    public InstancePage {
        instances = List.copyOf(instances);
    }
}
