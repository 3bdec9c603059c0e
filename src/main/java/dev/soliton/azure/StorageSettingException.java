package dev.soliton.azure;

import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A setting of the storage account is missing or wrong. The message names the setting. */
public final class StorageSettingException extends SolitonException {

    StorageSettingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
