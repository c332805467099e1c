extension BadManifest {
  static let policy: [BadManifest] = [
    BadManifest(
      "a downtime too short",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {downtime: {maximum: 99ms}}
      """,
      """
      m/case.yaml:4:28: error: 'maximum' is 99ms; it must be from 100ms to 2000s
        hint: for example maximum: 500ms
      """),
    BadManifest(
      "too few steps",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {downtime: {steps: 2}}
      """,
      """
      m/case.yaml:4:26: error: 'steps' is 2; it must be from 3 to 1000
        hint: for example steps: 10
      """),
    BadManifest(
      "a delay too short",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {downtime: {delay: 9s}}
      """,
      """
      m/case.yaml:4:26: error: 'delay' is 9s; it must be from 10s to 1h
        hint: for example delay: 75s
      """),
    BadManifest(
      "postCopy at the timeout, not allowed",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {onTimeout: postCopy}
      """,
      """
      m/case.yaml:4:19: error: 'onTimeout: postCopy' without 'postCopy: true'
        hint: add postCopy: true, or choose abort or suspend
      """),
    BadManifest(
      "postCopy at the timeout, forbidden",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {onTimeout: postCopy, postCopy: false}
      """,
      """
      m/case.yaml:4:19: error: 'onTimeout: postCopy' without 'postCopy: true'
        hint: add postCopy: true, or choose abort or suspend
      """),
    BadManifest(
      "postCopy allowed, never used",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {postCopy: true}
      """,
      """
      m/case.yaml:4:18: warning: 'postCopy' is allowed, but nothing switches to it
        hint: add onTimeout: postCopy, or remove postCopy
      """),
    BadManifest(
      "a timeout that never comes",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {completionTimeoutPerGiB: 0, onTimeout: suspend}
      """,
      """
      m/case.yaml:4:47: warning: 'onTimeout' never happens: 'completionTimeoutPerGiB' is 0 (line 4)
        hint: give a timeout, for example 800s, or remove onTimeout
      """),
    BadManifest(
      "a negative timeout",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {completionTimeoutPerGiB: -1s}
      """,
      """
      m/case.yaml:4:33: error: 'completionTimeoutPerGiB' is negative: -1s
        hint: for example completionTimeoutPerGiB: 800s
      """),
    BadManifest(
      "no connections",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {connections: 0}
      """,
      """
      m/case.yaml:4:21: error: 'connections' is 0; it must be from 1 to 255
        hint: for example connections: 4
      """),
    BadManifest(
      "an unknown encryption",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {encryption: on}
      """,
      """
      m/case.yaml:4:20: error: 'encryption' is 'on'; it must be required, preferred or off
        hint: for example encryption: required
      """),
    BadManifest(
      "a shutdown of no time",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {coldShutdown: {timeout: 0}}
      """,
      """
      m/case.yaml:4:32: error: 'timeout' is 0; it must be from 1s to 1d
        hint: for example timeout: 120s
      """),
    BadManifest(
      "a name twice",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: gentle}
      spec: {}
      """,
      """
      m/case.yaml:3:18: error: MigrationPolicy 'gentle' is declared twice
        hint: the first is at m/base.yaml:27:18; remove or rename one
      """),
  ]
}
