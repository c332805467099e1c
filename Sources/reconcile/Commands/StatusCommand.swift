import ArgumentParser

struct StatusCommand: ParsableCommand {}
