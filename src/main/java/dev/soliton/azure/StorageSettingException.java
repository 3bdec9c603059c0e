package dev.soliton.azure;

import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A setting that says where the storage account is, is missing or wrong; the message names it. */
public final class StorageSettingException extends SolitonException {

    StorageSettingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
