package dev.soliton.store;

final class InMemorySweepMarkTest extends SweepMarkContract {
    @Override
    protected SweepMark freshMark() {
        return new InMemorySweepMark();
    }
}
