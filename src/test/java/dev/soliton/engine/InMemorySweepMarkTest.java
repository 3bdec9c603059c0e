package dev.soliton.engine;

final class InMemorySweepMarkTest extends SweepMarkContract {
    @Override
    protected SweepMark freshMark() {
        return new InMemorySweepMark();
    }
}
