namespace Commerce.Bench;

/// <summary>One thing that is measured, beside what it is compared with, in one run.</summary>
internal interface IScenario
{
    /// <summary>How it is called on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in a line.</summary>
    string Summary { get; }

    /// <summary>Measures it.</summary>
    Task RunAsync(Lab lab, Report report);
}
