/// The files of a Slurm cluster of a test's own: one controller and two nodes, all on this machine.
struct SlurmConfiguration {
    let folder: String
    let controllerPort: UInt16
    let nodePorts: [UInt16]
    /// The least number of a job. A controller that was killed gives the numbers of jobs that it has forgotten anew, and
    /// a node that still runs one of them drains itself; so it rises with each start, as an administrator would have it.
    var firstJob = 1

    static let nodes = ["n1", "n2"]

    /// Names the cluster, and with it the engine.
    var clusterName: String { "t" + folder.suffix(8) }

    /// Control groups are a machine's own affair, so memory is measured each second and what uses too much is killed. On a
    /// busy machine that may take its time: a node shall not drain itself for it. One that did not answer for a moment, as
    /// when a test has frozen it, is asked again after a third of SlurmdTimeout; until then it gets no job.
    var slurm: String {
        """
        ClusterName=\(clusterName)
        SlurmctldHost=localhost(127.0.0.1)
        SlurmctldPort=\(controllerPort)
        SlurmUser=root
        FirstJobId=\(firstJob)
        DebugFlags=NO_CONF_HASH
        AuthType=auth/munge
        AuthInfo=socket=\(folder)/munge.sock
        AuthAltTypes=auth/jwt
        AuthAltParameters=jwt_key=\(folder)/jwt.key
        StateSaveLocation=\(folder)/state
        SlurmdSpoolDir=\(folder)/spool-%n
        SlurmctldPidFile=\(folder)/slurmctld.pid
        SlurmdPidFile=\(folder)/slurmd-%n.pid
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core_Memory
        DefMemPerNode=100
        JobAcctGatherType=jobacct_gather/linux
        JobAcctGatherFrequency=task=1
        JobAcctGatherParams=OverMemoryKill
        AccountingStorageType=accounting_storage/none
        SwitchType=switch/none
        MpiDefault=none
        MailProg=/bin/true
        ReturnToService=2
        KillWait=2
        UnkillableStepTimeout=600
        SlurmdTimeout=90
        SlurmdParameters=config_overrides
        SchedulerParameters=batch_sched_delay=1
        GresTypes=gpu
        \(nodeLines)
        PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
        """
    }

    private var nodeLines: String {
        zip(Self.nodes, nodePorts).map { name, port in
            "NodeName=\(name) NodeHostname=localhost NodeAddr=127.0.0.1 Port=\(port) CPUs=32 RealMemory=16000 Gres=gpu:2"
        }.joined(separator: "\n")
    }

    /// Two devices that every machine has, to be counted only.
    var genericResources: String { "Name=gpu File=/dev/null\nName=gpu File=/dev/zero\n" }
}
