package dev.soliton.functions;

import dev.soliton.orchestration.SolitonException;

/** An app setting is missing, or not usable. */
final class InvalidSettingException extends SolitonException {

    InvalidSettingException(String name, String value, String wanted) {
        super("The app setting " + name + " must be " + wanted + "; it is '" + value + "'.", null);
    }
}
