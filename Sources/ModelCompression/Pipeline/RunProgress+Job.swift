import NeuralGraph
import Quantization
import Training

extension RunProgress {
    func loading(_ file: RecipeFile) throws -> Job { try during("reads the network and the samples") { try JobLoader.load(file) } }

    func digesting(_ file: RecipeFile) throws -> InputDigests { try during("takes digests of the inputs") { try InputDigests(file) } }

    /// Foresees what a run takes as far as that is known before it begins: descents are not.
    func foresee(_ job: Job) {
        let graph = job.original
        let judged = job.validation.count + (job.test?.count ?? 0)
        let taught = job.recipe.effort.descents > 0 ? job.train.count : 0
        // What the original answers, what its quantized form does, and what the file does.
        foresee(.answers, Double(2 * judged + job.validation.count + taught) * graph.answerWork)
        guard job.recipe.beginsWithoutTraining else { return }
        let trained = LevelTrainingStage.mostSamples(job)
        let measured = min(job.recipe.effort.measuredSamples, job.train.count)
        foresee(.gradients, Double(measured + trained) * graph.gradientWork, isAtMost: trained > 0)
        foresee(.layers, Double(graph.layers.count) * graph.factoringWork)
        foresee(.sizes, Double(PostTraining.usualTries(hasTarget: job.targetBytes != nil)) * graph.quantizingWork)
    }

    /// Foresees so many descents.
    func foresee(descents: Int, of job: Job) {
        let samples = descents * Descent.samples(job)
        foresee(.gradients, Double(samples) * job.original.gradientWork, isAtMost: true)
    }

    /// Nothing is trained any more.
    func foreseeNoTraining() { foresee(.gradients, 0) }
}
